import { Button, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { languageName } from "../i18n/format";
import { Button as Act } from "../parts/Button";
import { useSpelling } from "../spelling/useSpelling";

interface Props { text: string; language: string; names: readonly string[]; onReplace: (text: string) => void }

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\-]/g, "\\$&").replaceAll("'", "['’]");

/** "French, no mistake", or the words in doubt, each with what it may have meant. */
export function SpellingNote({ text, language, names, onReplace }: Props) {
  const { t } = useTranslation();
  const { state, faults } = useSpelling(text, language, names);
  if (!text.trim() || state === "loading") return null;
  const name = languageName(language);
  if (state !== "checked") return <span className="spell">{t(state === "off" ? "spelling.off" : "spelling.failed", { language: name })}</span>;
  if (faults.length === 0) return <span className="spell" role="status">{t("spelling.none", { language: name })}</span>;
  const replace = (word: string, by: string): void =>
    onReplace(text.replace(new RegExp(`(?<![\\p{L}])${escaped(word)}(?![\\p{L}])`, "gu"), by.replaceAll("'", language.startsWith("fr") ? "’" : "'")));
  return (
    <DialogTrigger>
      <Button className="spell">{t("spelling.some", { language: name, count: faults.length })}</Button>
      <Popover className="pop" placement="top end">
        <Dialog className="faults" aria-label={t("spelling.title")}>
          <ul>
            {faults.slice(0, 12).map((fault) => (
              <li key={fault.word}><b lang={language}>{fault.word}</b>
                {fault.suggestions.length === 0 ? <span className="small three">{t("spelling.no_idea")}</span>
                  : fault.suggestions.map((one) => <Act key={one} small onPress={() => replace(fault.word, one)}>{one}</Act>)}
              </li>
            ))}
          </ul>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
