import { Switch } from "react-aria-components";
import "./field.css";

interface Props { label: string; value: boolean; onChange: (on: boolean) => void; isDisabled?: boolean }

export function SwitchInput({ label, value, onChange, isDisabled = false }: Props) {
  return (
    <Switch className="switch" isSelected={value} onChange={onChange} isDisabled={isDisabled}>
      <span className="way" aria-hidden="true" />
      <span>{label}</span>
    </Switch>
  );
}
