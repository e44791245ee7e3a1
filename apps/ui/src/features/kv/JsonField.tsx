import { TextArea } from '../../ui/Field';

interface JsonProps {
  readonly label: string;
  readonly text: string;
  readonly onText: (text: string) => void;
}

export const JsonField = ({ label, text, onText }: JsonProps) => (
  <TextArea label={label} value={text} onText={onText} rows={14} spellCheck={false} autoComplete="off" />
);
