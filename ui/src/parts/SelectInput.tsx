import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue, type Key } from "react-aria-components";
import "./field.css";
import { Icon } from "./Icon";
import "./menu.css";

export interface Choice<K extends Key> { key: K; name: string; note?: string }
interface Props<K extends Key> {
  label: string;
  choices: readonly Choice<K>[];
  value: K | null;
  onChange: (key: K) => void;
  hint?: string;
  wrong?: string | null;
  placeholder?: string;
  isDisabled?: boolean;
}

export function SelectInput<K extends Key>({ label, choices, value, onChange, hint, wrong, placeholder, isDisabled }: Props<K>) {
  return (
    <Select className="field" value={value} onChange={(key) => key !== null && onChange(key as K)} isInvalid={Boolean(wrong)}
      {...(placeholder ? { placeholder } : {})} {...(isDisabled ? { isDisabled } : {})}>
      <Label>{label}</Label>
      <Button className="pick"><SelectValue /><Icon name="caret-down" /></Button>
      {hint && <span className="hint">{hint}</span>}
      {wrong && <span className="wrong">{wrong}</span>}
      <Popover className="pop">
        <ListBox className="menu" items={choices}>
          {(choice) => (
            <ListBoxItem className="item" id={choice.key} textValue={choice.name}>
              <span className="grow cut">{choice.name}</span>
              {choice.note && <span className="three small">{choice.note}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
