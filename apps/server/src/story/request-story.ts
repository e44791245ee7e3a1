import type { RequestContext } from '@tidelock/core/pipeline';
import { isTidelockError, type Logger, type TidelockError } from '@tidelock/kernel';
import { TOLD_CHANGES, type ToldChange } from './told-changes';

type Facts = Readonly<Record<string, unknown>>;

const LONGEST_FACT = 200;

/** The log's part in what operators do: each change of the service, who asked for it, and which request it was. Never a secret. */
export class RequestStory {
  constructor(private readonly logger: Logger) {}

  /** After a request has ended, one way or the other. */
  tell(context: RequestContext): void {
    const { path, operation, data } = context.incoming;
    if (!path.startsWith('sys/') || operation === 'read' || operation === 'list' || isPreview(data)) return;
    for (const change of TOLD_CHANGES) {
      const match = change.operation === operation ? change.path.exec(path) : null;
      if (match !== null) return this.tellOf(change, context, { ...match.groups });
    }
  }

  private tellOf(change: ToldChange, context: RequestContext, groups: Facts): void {
    const facts = {
      ...shortened(groups),
      ...named(context.incoming.data, change.body ?? []),
      ...progressOf(context),
      ...askedBy(context),
    };
    const { failure } = context;
    if (failure === undefined) this.logger.info(this.messageOf(change, context), facts);
    else if (change.refused && isTidelockError(failure) && isTold(failure, context)) {
      this.logger.warn(change.refused, { path: context.incoming.path, ...facts, reason: failure.errors.join('; ') });
    }
  }

  private messageOf({ message }: ToldChange, { incoming: { path, data }, response }: RequestContext): string {
    if (path !== 'sys/unseal') return message;
    if (data['reset'] === true) return 'the unseal keys given so far were forgotten';
    return response?.data?.['sealed'] === false ? 'the cluster is unsealed' : message;
  }
}

/** Of a seal or an outage somebody without a token learns soon enough. */
const isTold = ({ code, status }: TidelockError, { caller }: RequestContext): boolean =>
  code !== 'PERMISSION_DENIED' && (status < 500 || caller !== undefined);

const isPreview = ({ dry_run: preview }: Facts): boolean =>
  preview !== undefined && !['false', '0', '', 'f'].includes(String(preview).toLowerCase());

/** How far an unseal has come. */
function progressOf({ incoming, response }: RequestContext): Facts {
  if (incoming.path !== 'sys/unseal') return {};
  const { progress, t } = (response?.data ?? {}) as { progress?: unknown; t?: unknown };
  return typeof progress === 'number' && progress > 0 ? { progress, required: t } : {};
}

function askedBy({ incoming: { id, connection, forwarded }, caller }: RequestContext): Facts {
  return {
    ...(caller && { by: caller.displayName, ...(caller.accessor && { accessor: caller.accessor }) }),
    ...(forwarded ? { secondary: forwarded.secondaryId } : { remoteAddress: connection.remoteAddress }),
    requestId: id,
  };
}

/** Words, numbers and lists of them alone, each of bounded length. */
function named(data: Facts, names: readonly string[]): Facts {
  return shortened(
    Object.fromEntries(names.filter((name) => Object.hasOwn(data, name)).map((name) => [name, data[name]])),
  );
}

const shortened = (facts: Facts): Facts =>
  Object.fromEntries(
    Object.entries(facts)
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .map(([name, value]) => [name, shortText(value)]),
  );

function shortText(value: unknown): unknown {
  if (typeof value === 'boolean' || typeof value === 'number') return value;
  const text = Array.isArray(value)
    ? value.map(String).join(',')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
  return text.length > LONGEST_FACT ? `${text.slice(0, LONGEST_FACT)}…` : text;
}
