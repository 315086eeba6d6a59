import { FieldError, Input, Label, Text, TextArea, TextField, type TextFieldProps } from "react-aria-components";
import "./field.css";

interface Props extends Omit<TextFieldProps, "className" | "children"> {
  label: string;
  hint?: string | undefined;
  /** What is wrong, in words; shown under the field and tied to it. */
  wrong?: string | null | undefined;
  placeholder?: string;
  rows?: number;
  lang?: string;
}

export function TextInput({ label, hint, wrong, placeholder, rows, lang, ...rest }: Props) {
  return (
    <TextField {...rest} isInvalid={Boolean(wrong)} className="field">
      {label && <Label>{label}</Label>}
      {rows ? <TextArea rows={rows} placeholder={placeholder} lang={lang} /> : <Input placeholder={placeholder} lang={lang} />}
      {hint && <Text slot="description" className="hint">{hint}</Text>}
      {wrong && <FieldError className="wrong">{wrong}</FieldError>}
    </TextField>
  );
}
