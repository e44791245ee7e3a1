import type { Answer } from '@tidelock/core/pipeline';
import { decoded } from './percent-encoding';

/** What the API's paths begin with; without the slash they are meant all the same. */
const ROOTS = new Set(['/v1', '/v1/sys']);

/** Clean for certain, as nearly all paths are: what does not match is looked at segment by segment. One segment alone may be a root. */
const CLEAN = /^\/v1(?:\/[\w-][\w.-]*){2,}$/;

/**
 * A path with empty or dot segments, in clear or percent-encoded, is sent on to the clean path, as by Go's router: whatever
 * the verb, with no token needed, before anything else. So what is authorised, served, forwarded and recorded has one name.
 *
 * @returns the redirect, if one is due.
 */
export function redirectOf(method: string, url: string): Answer | undefined {
  if (CLEAN.test(url)) return undefined;
  const end = url.indexOf('?');
  const path = decoded(end < 0 ? url : url.slice(0, end));
  const clean = path === undefined ? undefined : cleanPath(path);
  if (clean === undefined || clean === path) return undefined;
  const location = encoded(clean) + (end < 0 ? '' : url.slice(end));
  const body =
    method === 'GET'
      ? `<a href="${location.replaceAll('&', '&amp;').replaceAll('"', '&#34;')}">Temporary Redirect</a>.\n\n`
      : '';
  return { status: 307, headers: { Location: location }, contentType: 'text/html; charset=utf-8', body };
}

/** Absolute, without empty and dot segments; a slash at the end stays. */
export function cleanPath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const clean = `/${kept.join('/')}`;
  return ROOTS.has(clean) || (path.endsWith('/') && kept.length > 0) ? `${clean}/` : clean;
}

/** As Go writes a path: what may stand in a segment stays. */
const encoded = (path: string): string =>
  path
    .split('/')
    .map((segment) => encodeURIComponent(segment).replace(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent))
    .join('/');
