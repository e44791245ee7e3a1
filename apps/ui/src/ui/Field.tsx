import { EyeClosedIcon, EyeIcon } from '@primer/octicons-react';
import {
  type ChangeEvent,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
  useState,
} from 'react';
import styles from './Field.module.css';

interface FieldProps {
  readonly label: string;
  readonly help?: ReactNode;
  /** What is wrong with it. */
  readonly error?: string | undefined;
  /** Hears what stands in it. */
  readonly onText?: (text: string) => void;
}

/** Labels name their control by its id alone: what lies inside a label becomes part of the name. */
function Field({
  label,
  help,
  error,
  id,
  children,
}: FieldProps & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children}
      {help !== undefined && error === undefined && (
        <p id={`${id}-note`} className={styles.help}>
          {help}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-note`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
}

const noteOf = ({ help, error }: FieldProps, id: string) =>
  help === undefined && error === undefined
    ? {}
    : { 'aria-describedby': `${id}-note`, 'aria-invalid': error !== undefined };

const heardBy = (onText: FieldProps['onText']) =>
  onText && { onChange: ({ target }: ChangeEvent<{ value: string } & Element>) => onText(target.value) };

export function TextField({ label, help, error, onText, ...rest }: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Field {...{ label, help, ...(error !== undefined && { error }), id }}>
      <input
        {...rest}
        {...noteOf({ label, help, error }, id)}
        {...heardBy(onText)}
        id={id}
        className={styles.control}
      />
    </Field>
  );
}

export function TextArea({
  label,
  help,
  error,
  onText,
  ...rest
}: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Field {...{ label, help, ...(error !== undefined && { error }), id }}>
      <textarea
        {...rest}
        {...noteOf({ label, help, error }, id)}
        {...heardBy(onText)}
        id={id}
        className={styles.area}
      />
    </Field>
  );
}

export function SelectField({
  label,
  help,
  error,
  onText,
  children,
  ...rest
}: FieldProps & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <Field {...{ label, help, ...(error !== undefined && { error }), id }}>
      <select {...rest} {...noteOf({ label, help, error }, id)} {...heardBy(onText)} id={id} className={styles.control}>
        {children}
      </select>
    </Field>
  );
}

/** Hidden until it is asked to be shown. */
export function SecretField({
  label,
  help,
  error,
  onText,
  ...rest
}: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <Field {...{ label, help, ...(error !== undefined && { error }), id }}>
      <div className={styles.secret}>
        <input
          {...rest}
          {...noteOf({ label, help, error }, id)}
          {...heardBy(onText)}
          id={id}
          type={shown ? 'text' : 'password'}
          className={styles.control}
          spellCheck={false}
        />
        <button
          type="button"
          aria-label={shown ? 'Hide' : 'Show'}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          {shown ? <EyeClosedIcon /> : <EyeIcon />}
        </button>
      </div>
    </Field>
  );
}
