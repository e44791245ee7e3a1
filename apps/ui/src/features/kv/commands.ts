import { asCurl } from '../../api/as-command';
import { type KvMount, readSecret } from './calls';
import type { SecretData } from '../../api/exact-json';

/** How a secret is read from a shell; the token stays in the environment. */
export function commandsFor(
  mount: KvMount,
  name: string,
  version: number | undefined,
  origin: string,
): readonly (readonly [tool: string, command: string])[] {
  const request = readSecret(mount, name, version);
  return [
    ['tidelock', `tidelock read ${quoted(request.path)}${version === undefined ? '' : ` version=${version}`}`],
    ['vault', `vault kv get ${version === undefined ? '' : `-version=${version} `}${quoted(`${mount.path}/${name}`)}`],
    ['curl', asCurl(request, origin)],
  ];
}

/** The same keys; for a command that is shown while the values are not. */
export const withoutValues = (data: SecretData): SecretData =>
  Object.fromEntries(Object.keys(data).map((key) => [key, '<value>']));

/** Plain names stay readable. */
const quoted = (text: string): string => (/^[\w.,:/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
