import type { ApiRequest } from '../../api/request';

/** What a token is asked for with, as it stands in the form. */
export interface TokenDraft {
  readonly role: string;
  readonly displayName: string;
  readonly policies: string;
  readonly type: string;
  readonly ttl: string;
  readonly explicitMaxTtl: string;
  readonly period: string;
  readonly numUses: string;
  readonly entityAlias: string;
  /** One a line: `name=value`. */
  readonly metadata: string;
  readonly renewable: boolean;
  readonly noParent: boolean;
  readonly noDefaultPolicy: boolean;
}

export const NEW_TOKEN: TokenDraft = {
  role: '',
  displayName: '',
  policies: '',
  type: '',
  ttl: '',
  explicitMaxTtl: '',
  period: '',
  numUses: '',
  entityAlias: '',
  metadata: '',
  renewable: true,
  noParent: false,
  noDefaultPolicy: false,
};

/** Only what was said: the rest is the server's. */
export function createToken(draft: TokenDraft): ApiRequest {
  const { role, policies, numUses, metadata, renewable, noParent, noDefaultPolicy } = draft;
  const texts = {
    display_name: draft.displayName,
    type: draft.type,
    ttl: draft.ttl,
    explicit_max_ttl: draft.explicitMaxTtl,
    period: draft.period,
    entity_alias: role === '' ? '' : draft.entityAlias,
  };
  const said = Object.entries(texts).filter(([, text]) => text.trim() !== '');
  const body: Record<string, unknown> = Object.fromEntries(said.map(([name, text]) => [name, text.trim()]));
  if (namesIn(policies).length > 0) body['policies'] = namesIn(policies);
  if (numUses.trim() !== '') body['num_uses'] = Number(numUses);
  if (metadata.trim() !== '') body['meta'] = metadataIn(metadata);
  if (!renewable) body['renewable'] = false;
  if (noParent) body['no_parent'] = true;
  if (noDefaultPolicy) body['no_default_policy'] = true;
  return { method: 'POST', path: `auth/token/create${role === '' ? '' : `/${role}`}`, body };
}

export const namesIn = (text: string): string[] =>
  text
    .split(/[,\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');

const linesIn = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

function metadataIn(text: string): Record<string, string> {
  return Object.fromEntries(
    linesIn(text).map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1)];
    }),
  );
}

/** @returns in words, what is wrong with the metadata. */
export function metadataFault(text: string): string | undefined {
  const wrong = linesIn(text).find((line) => line.indexOf('=') < 1);
  return wrong === undefined ? undefined : `Write ${wrong.trim()} as name=value.`;
}
