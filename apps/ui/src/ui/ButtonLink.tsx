import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode } from 'react';
import styles from './Button.module.css';

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly kind?: 'plain' | 'primary' | 'quiet';
  readonly icon?: ReactNode;
}

const Anchor = ({ kind = 'plain', icon, children, ...rest }: AnchorProps) => (
  <a {...rest} className={`${styles.button} ${styles[kind]}`}>
    {icon}
    {children}
  </a>
);

/** Leads to another page, and looks like a button. */
export const ButtonLink = createLink(Anchor);
