import type { CSSProperties, ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import "./dialog.css";
import { Icon } from "./Icon";

interface Props {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  /** Greatest width in CSS units. */
  width?: string;
  role?: "dialog" | "alertdialog";
}

/** A question that floats above the page; a bottom sheet on a phone. Escape and a press outside close it. */
export function DialogBox({ title, isOpen, onClose, children, width, role = "dialog" }: Props) {
  const { t } = useTranslation();
  return (
    <ModalOverlay className="veil" isOpen={isOpen} onOpenChange={(open) => !open && onClose()} isDismissable>
      <Modal className="dialog-frame" style={width ? ({ "--wide": width } as CSSProperties) : {}}>
        <Dialog className="dialog" role={role}>
          <header>
            <Heading slot="title" level={2}>{title}</Heading>
            <Button look="quiet" small iconOnly aria-label={t("common.close")} onPress={onClose}><Icon name="x" /></Button>
          </header>
          <div className="body">{children}</div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
