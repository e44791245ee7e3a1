import { Link } from '@tanstack/react-router';
import { messageOf } from '../api/errors';
import { Alert } from './Alert';

export function NoSuchPage() {
  return (
    <section>
      <title>There is no such page · Tidelock</title>
      <h1>There is no such page</h1>
      <p>
        The address leads nowhere, or to something that this cluster does not have.{' '}
        <Link to="/vault/secrets">Go to the secrets engines</Link>.
      </p>
    </section>
  );
}

/** A fault of the UI's own: the rest of it goes on. */
export function BrokenPage({ error }: { readonly error: unknown }) {
  return (
    <Alert kind="bad" title="This page could not be shown.">
      {messageOf(error)} Reload it; if that does not help, the command line and the API are as good as ever.
    </Alert>
  );
}
