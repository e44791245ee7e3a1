import { Link } from '@tanstack/react-router';
import { bare, stepsTo } from './calls';

/** The way to a prefix, each step of it a link. */
export function Steps({ to }: { readonly to: string }) {
  return (
    <nav aria-label="Prefix">
      <Link to="/vault/access/leases">Leases</Link>
      {stepsTo(to).map(({ name, prefix }) => (
        <span key={prefix}>
          {' / '}
          <Link to="/vault/access/leases/list/$" params={{ _splat: bare(prefix) }}>
            {name}
          </Link>
        </span>
      ))}
    </nav>
  );
}
