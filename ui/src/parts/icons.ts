/** The icons in use (Phosphor, regular). Add a name here to use another one. */
import target from "@phosphor-icons/core/regular/target.svg?raw";
import lifebuoy from "@phosphor-icons/core/regular/lifebuoy.svg?raw";
import headset from "@phosphor-icons/core/regular/headset.svg?raw";
import gearSix from "@phosphor-icons/core/regular/gear-six.svg?raw";
import userCircle from "@phosphor-icons/core/regular/user-circle.svg?raw";
import slidersHorizontal from "@phosphor-icons/core/regular/sliders-horizontal.svg?raw";
import phone from "@phosphor-icons/core/regular/phone.svg?raw";
import chatTeardropText from "@phosphor-icons/core/regular/chat-teardrop-text.svg?raw";
import envelopeSimple from "@phosphor-icons/core/regular/envelope-simple.svg?raw";
import browser from "@phosphor-icons/core/regular/browser.svg?raw";
import shareNetwork from "@phosphor-icons/core/regular/share-network.svg?raw";
import deviceMobile from "@phosphor-icons/core/regular/device-mobile.svg?raw";
import chatCircleText from "@phosphor-icons/core/regular/chat-circle-text.svg?raw";
import mailbox from "@phosphor-icons/core/regular/mailbox.svg?raw";
import printer from "@phosphor-icons/core/regular/printer.svg?raw";
import videoCamera from "@phosphor-icons/core/regular/video-camera.svg?raw";
import circleHalf from "@phosphor-icons/core/regular/circle-half.svg?raw";
import moon from "@phosphor-icons/core/regular/moon.svg?raw";
import sun from "@phosphor-icons/core/regular/sun.svg?raw";
import translate from "@phosphor-icons/core/regular/translate.svg?raw";
import signOut from "@phosphor-icons/core/regular/sign-out.svg?raw";
import magnifyingGlass from "@phosphor-icons/core/regular/magnifying-glass.svg?raw";
import paperclip from "@phosphor-icons/core/regular/paperclip.svg?raw";
import lightning from "@phosphor-icons/core/regular/lightning.svg?raw";
import check from "@phosphor-icons/core/regular/check.svg?raw";
import checks from "@phosphor-icons/core/regular/checks.svg?raw";
import caretRight from "@phosphor-icons/core/regular/caret-right.svg?raw";
import caretDown from "@phosphor-icons/core/regular/caret-down.svg?raw";
import caretLeft from "@phosphor-icons/core/regular/caret-left.svg?raw";
import x from "@phosphor-icons/core/regular/x.svg?raw";
import notePencil from "@phosphor-icons/core/regular/note-pencil.svg?raw";
import warningCircle from "@phosphor-icons/core/regular/warning-circle.svg?raw";
import warning from "@phosphor-icons/core/regular/warning.svg?raw";
import wifiSlash from "@phosphor-icons/core/regular/wifi-slash.svg?raw";
import sealCheck from "@phosphor-icons/core/regular/seal-check.svg?raw";
import sealWarning from "@phosphor-icons/core/regular/seal-warning.svg?raw";
import filePdf from "@phosphor-icons/core/regular/file-pdf.svg?raw";
import fileImage from "@phosphor-icons/core/regular/file-image.svg?raw";
import file from "@phosphor-icons/core/regular/file.svg?raw";
import fileText from "@phosphor-icons/core/regular/file-text.svg?raw";
import downloadSimple from "@phosphor-icons/core/regular/download-simple.svg?raw";
import clock from "@phosphor-icons/core/regular/clock.svg?raw";
import pause from "@phosphor-icons/core/regular/pause.svg?raw";
import record from "@phosphor-icons/core/regular/record.svg?raw";
import play from "@phosphor-icons/core/regular/play.svg?raw";
import arrowBendUpRight from "@phosphor-icons/core/regular/arrow-bend-up-right.svg?raw";
import moonStars from "@phosphor-icons/core/regular/moon-stars.svg?raw";
import keyboard from "@phosphor-icons/core/regular/keyboard.svg?raw";
import userPlus from "@phosphor-icons/core/regular/user-plus.svg?raw";
import identificationCard from "@phosphor-icons/core/regular/identification-card.svg?raw";
import trash from "@phosphor-icons/core/regular/trash.svg?raw";
import pencilSimple from "@phosphor-icons/core/regular/pencil-simple.svg?raw";
import key from "@phosphor-icons/core/regular/key.svg?raw";
import webhooksLogo from "@phosphor-icons/core/regular/webhooks-logo.svg?raw";
import arrowClockwise from "@phosphor-icons/core/regular/arrow-clockwise.svg?raw";
import imageSquare from "@phosphor-icons/core/regular/image-square.svg?raw";
import handGrabbing from "@phosphor-icons/core/regular/hand-grabbing.svg?raw";
import question from "@phosphor-icons/core/regular/question.svg?raw";
import eye from "@phosphor-icons/core/regular/eye.svg?raw";
import plus from "@phosphor-icons/core/regular/plus.svg?raw";
import info from "@phosphor-icons/core/regular/info.svg?raw";
import usersThree from "@phosphor-icons/core/regular/users-three.svg?raw";
import funnel from "@phosphor-icons/core/regular/funnel.svg?raw";
import stack from "@phosphor-icons/core/regular/stack.svg?raw";
import star from "@phosphor-icons/core/regular/star.svg?raw";
import storefront from "@phosphor-icons/core/regular/storefront.svg?raw";
import clipboardText from "@phosphor-icons/core/regular/clipboard-text.svg?raw";
import clockCountdown from "@phosphor-icons/core/regular/clock-countdown.svg?raw";
import plugsConnected from "@phosphor-icons/core/regular/plugs-connected.svg?raw";
import tag from "@phosphor-icons/core/regular/tag.svg?raw";
import graduationCap from "@phosphor-icons/core/regular/graduation-cap.svg?raw";
import treeStructure from "@phosphor-icons/core/regular/tree-structure.svg?raw";
import listChecks from "@phosphor-icons/core/regular/list-checks.svg?raw";
import arrowLeft from "@phosphor-icons/core/regular/arrow-left.svg?raw";
import gauge from "@phosphor-icons/core/regular/gauge.svg?raw";
import megaphone from "@phosphor-icons/core/regular/megaphone.svg?raw";
import monitor from "@phosphor-icons/core/regular/monitor.svg?raw";
import bell from "@phosphor-icons/core/regular/bell.svg?raw";
import bellSlash from "@phosphor-icons/core/regular/bell-slash.svg?raw";
import dotsThreeVertical from "@phosphor-icons/core/regular/dots-three-vertical.svg?raw";
import prohibit from "@phosphor-icons/core/regular/prohibit.svg?raw";
import code from "@phosphor-icons/core/regular/code.svg?raw";
import chatTeardropDots from "@phosphor-icons/core/regular/chat-teardrop-dots.svg?raw";
import link from "@phosphor-icons/core/regular/link.svg?raw";
import textAa from "@phosphor-icons/core/regular/text-aa.svg?raw";
import chartLine from "@phosphor-icons/core/regular/chart-line.svg?raw";
import user from "@phosphor-icons/core/regular/user.svg?raw";

export const ICONS = {
  headset,
  target,
  lifebuoy,
  "gear-six": gearSix,
  "user-circle": userCircle,
  "sliders-horizontal": slidersHorizontal,
  phone,
  "chat-teardrop-text": chatTeardropText,
  "envelope-simple": envelopeSimple,
  browser,
  "share-network": shareNetwork,
  "device-mobile": deviceMobile,
  "chat-circle-text": chatCircleText,
  mailbox,
  printer,
  "video-camera": videoCamera,
  "circle-half": circleHalf,
  moon,
  sun,
  translate,
  "sign-out": signOut,
  "magnifying-glass": magnifyingGlass,
  paperclip,
  lightning,
  check,
  checks,
  "caret-right": caretRight,
  "caret-down": caretDown,
  "caret-left": caretLeft,
  x,
  "note-pencil": notePencil,
  "warning-circle": warningCircle,
  warning,
  "wifi-slash": wifiSlash,
  "seal-check": sealCheck,
  "seal-warning": sealWarning,
  "file-pdf": filePdf,
  "file-image": fileImage,
  file,
  "file-text": fileText,
  "download-simple": downloadSimple,
  clock,
  pause, record, play,
  "arrow-bend-up-right": arrowBendUpRight,
  "moon-stars": moonStars,
  keyboard,
  "user-plus": userPlus,
  "identification-card": identificationCard,
  trash,
  "pencil-simple": pencilSimple,
  key,
  "webhooks-logo": webhooksLogo,
  "arrow-clockwise": arrowClockwise,
  "image-square": imageSquare,
  "hand-grabbing": handGrabbing,
  question,
  eye,
  plus,
  info,
  "users-three": usersThree,
  funnel,
  stack,
  star,
  storefront,
  "clipboard-text": clipboardText,
  "clock-countdown": clockCountdown,
  "plugs-connected": plugsConnected,
  tag,
  "graduation-cap": graduationCap,
  "tree-structure": treeStructure,
  "list-checks": listChecks,
  "arrow-left": arrowLeft,
  gauge,
  megaphone,
  monitor,
  bell,
  "bell-slash": bellSlash,
  "dots-three-vertical": dotsThreeVertical,
  prohibit,
  code,
  "chat-teardrop-dots": chatTeardropDots,
  link,
  "text-aa": textAa,
  "chart-line": chartLine,
  user,
};
export type IconName = keyof typeof ICONS;
