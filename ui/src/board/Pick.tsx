import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from "react-aria-components";
import { Icon } from "../parts/Icon";
import "../parts/field.css";
import "../parts/menu.css";

interface Props<K extends string | number> {
  label: string;
  /** Named when nothing is picked. */
  all: string;
  value: K | undefined;
  choices: readonly { id: K; name: string }[];
  onPick: (id: K | undefined) => void;
}
const ALL = "all";

/** One choice of few in a line of filters; its name is for screen readers, its value says the rest. */
export function Pick<K extends string | number>({ label, all, value, choices, onPick }: Props<K>) {
  const items = [{ id: ALL as string | number, name: all }, ...choices];
  return (
    <Select className={`bpick${value === undefined ? "" : " on"}`} aria-label={label} value={value ?? ALL} onChange={(key) => onPick(key === ALL || key === null ? undefined : key as K)}>
      <Button className="btn"><SelectValue /><Icon name="caret-down" /></Button>
      <Popover className="pop">
        <ListBox className="menu" items={items}>
          {(one) => <ListBoxItem className="item" id={one.id} textValue={one.name}><span className="grow cut">{one.name}</span></ListBoxItem>}
        </ListBox>
      </Popover>
    </Select>
  );
}
