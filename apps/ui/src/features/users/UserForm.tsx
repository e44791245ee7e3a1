import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Failure } from '../../ui/Failure';
import { Form } from '../../ui/Form';
import { PolicyField, TokenFields } from './TokenFields';
import type { TokenOptions } from './token-options';

interface UserFormProps {
  readonly mount: string;
  readonly verb: string;
  readonly options: TokenOptions;
  readonly onOptions: (options: TokenOptions) => void;
  readonly write: { readonly isPending: boolean; readonly error: Error | null };
  readonly onSend: () => void;
  /** What a new user needs besides. */
  readonly children?: ReactNode;
}

export function UserForm({ mount, verb, options, onOptions, write, onSend, children }: UserFormProps) {
  return (
    <Form onSend={onSend}>
      {children}
      <PolicyField options={options} onChange={onOptions} />
      <TokenFields options={options} onChange={onOptions} />
      <Failure of={write.error} />
      <div>
        <Button type="submit" kind="primary" busy={write.isPending}>
          {verb}
        </Button>{' '}
        <ButtonLink to="/vault/access/$mount/users" params={{ mount }}>
          Cancel
        </ButtonLink>
      </div>
    </Form>
  );
}

/** The way back from a user to all of them. */
export const OfMount = ({ mount }: { readonly mount: string }) => (
  <Link to="/vault/access/$mount/users" params={{ mount }}>
    Users of auth/{mount}/
  </Link>
);
