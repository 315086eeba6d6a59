import { Button as Pressable, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { percent } from "../i18n/format";
import { grade, type Quality } from "../phone/phone";

/** How the sound travels: a shape and a word, and behind it what was measured in the last five seconds and what to do. */
export function QualityMark({ quality }: { quality: Quality | null }) {
  const { t } = useTranslation("phone");
  const step = quality ? grade(quality) : "unknown";
  const known = (value: number | null | undefined): string => (value === null || value === undefined ? "–" : String(Math.round(value)));
  return (
    <DialogTrigger>
      <Pressable className={`btn quiet sm quality ${step}`} aria-label={t(`grade.${step}`)}>
        <span className="quality-bars" aria-hidden="true"><i /><i /><i /></span>{step === "poor" || step === "fair" ? t(`grade.${step}`) : ""}
      </Pressable>
      <Popover className="pop" placement="bottom end">
        <Dialog className="quality-box" aria-label={t(`grade.${step}`)}>
          <p><b>{t(`grade.${step}`)}</b></p>
          {quality && (
            <>
              <p className="small two">{t("measured.loss", { value: quality.loss_percent === null ? "–" : percent(quality.loss_percent / 100) })} · {t("measured.jitter", { value: known(quality.jitter_ms) })} · {t("measured.trip", { value: known(quality.round_trip_ms) })}</p>
              <p className="small two">{step !== "unknown" && t(`grade_do.${step}`)}</p>
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
