import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './Button.module.css';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly icon?: ReactNode;
  /** The answer is waited for: it cannot be pressed again. */
  readonly busy?: boolean;
}

/** A label alone, or an icon with an `aria-label`. */
export function Button({
  kind = 'plain',
  icon,
  busy = false,
  children,
  disabled,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={`${styles.button} ${styles[kind]}`}
      disabled={disabled || busy}
      aria-busy={busy}
    >
      {icon}
      {children}
    </button>
  );
}
