import { Autocomplete, Button, Dialog, DialogTrigger, Input, ListBox, ListBoxItem, Popover, SearchField, useFilter } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Icon } from "../parts/Icon";
import "../parts/menu.css";

interface Props { label: string; choices: readonly { key: string; name: string }[]; value: readonly string[]; onChange: (value: string[]) => void; single?: boolean; seek?: Seek }
/** What is typed, where somebody else looks for it; `more`: not all that was found is among the choices. */
interface Seek { typed: string; type: (text: string) => void; more: boolean }

/** From this many on, a list is narrowed by typing. */
const TYPED_FROM = 9;

/** One filter: its name, what is chosen, and the alternatives. */
export function FilterMenu({ label, choices, value, onChange, single = false, seek }: Props) {
  const { t } = useTranslation("contacts");
  const { contains } = useFilter({ sensitivity: "base" });
  const first = choices.find((one) => one.key === value[0])?.name ?? value[0];
  const typing = seek !== undefined || choices.length >= TYPED_FROM;
  const list = (
    <ListBox escapeKeyBehavior="none" className="menu list-in" aria-label={label} selectionMode={single ? "single" : "multiple"} selectedKeys={value} autoFocus={typing ? false : "first"}
      renderEmptyState={() => <p className="small three pad">{t("filter.none")}</p>}
      onSelectionChange={(keys) => onChange(keys === "all" ? choices.map((one) => one.key) : [...keys].map(String))}>
      {choices.map((one) => (
        <ListBoxItem key={one.key} id={one.key} className="item" textValue={one.name}>
          {({ isSelected }) => <><span className="tick">{isSelected && <Icon name="check" />}</span><span className="grow cut">{one.name}</span></>}
        </ListBoxItem>
      ))}
    </ListBox>
  );
  return (
    <DialogTrigger onOpenChange={() => seek?.type("")}>
      <Button className={`btn sm filter${value.length ? " on" : ""}`}>
        {label}{value.length > 0 && <b className="cut">{first}{value.length > 1 ? ` + ${value.length - 1}` : ""}</b>}<Icon name="caret-down" />
      </Button>
      <Popover className="pop" placement="bottom start">
        <Dialog aria-label={label} className="filter-in">
          {!typing ? list : (
            <Autocomplete {...(seek ? { inputValue: seek.typed, onInputChange: seek.type } : { filter: contains })}>
              <SearchField className="field" aria-label={t("filter.find")} autoFocus style={{ padding: 4 }}><Input placeholder={t("filter.find")} /></SearchField>
              {list}
              {seek?.more && <p className="small three pad">{t("filter.more")}</p>}
            </Autocomplete>
          )}
          {value.length > 0 && <Button className="btn sm quiet wide" onPress={() => onChange([])}>{t("filter.clear_one")}</Button>}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
