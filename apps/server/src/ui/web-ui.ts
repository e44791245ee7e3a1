import type { IncomingMessage } from 'node:http';
import { type Answer, errorAnswer } from '@tidelock/core/pipeline';
import { TidelockError } from '@tidelock/kernel';
import { type Asset, readAssets } from './asset-table';

const UI_ROOT = '/ui/';
/** The root, and what lies at and below `/ui`. */
const OURS = /^\/(?:$|\?|ui(?:$|[/?]))/;
/** Files here bear the digest of what is in them. */
const HASHED = 'assets/';
const START_PAGE = 'index.html';

/**
 * Of every answer below `/ui/`. Nothing is run but what comes from here, nobody else is asked, no page of others frames this one, and no text can
 * become script: the page has no Trusted Types policy at all.
 */
const SECURITY = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

/** The web UI as it was built. It needs no seal to be open, and no token: what it shows, it asks the API for. */
export class WebUi {
  private constructor(private readonly assets: ReadonlyMap<string, Asset>) {}

  /** `ui = false`. */
  static readonly off = new WebUi(new Map());

  /** @throws {Error} when there is no build of it in the folder. */
  static from(folder: string): WebUi {
    const assets = readAssets(folder);
    if (assets.has(START_PAGE)) return new WebUi(assets);
    throw new Error(`there is no web UI in ${folder}: run "npm run build", or set "ui" to false`);
  }

  /** @returns `undefined` for what is not the UI's. */
  answerTo({ method, url = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>): Answer | undefined {
    // Asked of every request of the API.
    if (!OURS.test(url) || this.assets.size === 0) return undefined;
    if (method !== 'GET' && method !== 'HEAD') return refusal('UNSUPPORTED_OPERATION');
    const [path = ''] = url.split('?', 1);
    if (!path.startsWith(UI_ROOT)) return redirectTo(UI_ROOT);
    return this.fileFor(path.slice(UI_ROOT.length), headers);
  }

  private fileFor(name: string, headers: IncomingMessage['headers']): Answer {
    const found = this.assets.get(name);
    if (found) return send(found, name.startsWith(HASHED), headers);
    if (name.startsWith(HASHED)) return refusal('NOT_FOUND');
    // An address within the UI: it finds its page by itself.
    return send(this.assets.get(START_PAGE) as Asset, false, headers);
  }
}

function refusal(code: 'UNSUPPORTED_OPERATION' | 'NOT_FOUND'): Answer {
  const answer = errorAnswer(new TidelockError(code));
  return { ...answer, headers: { ...answer.headers, ...SECURITY } };
}

const redirectTo = (Location: string): Answer => ({
  status: 307,
  headers: { ...SECURITY, Location },
  contentType: 'text/html; charset=utf-8',
  body: '',
});

function send(asset: Asset, isHashed: boolean, asked: IncomingMessage['headers']): Answer {
  const { contentType, etag } = asset;
  const headers = {
    ...SECURITY,
    'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: etag,
    Vary: 'Accept-Encoding',
  };
  if (isKnown(etag, asked['if-none-match'])) return { status: 304, headers, contentType };
  const [encoding, body] = encodedFor(asset, asked['accept-encoding']);
  return {
    status: 200,
    headers: encoding === undefined ? headers : { ...headers, 'Content-Encoding': encoding },
    contentType,
    body,
  };
}

const isKnown = (etag: string, asked: string | undefined): boolean =>
  asked !== undefined && asked.split(',').some((known) => known.trim().replace(/^W\//, '') === etag);

/** A browser takes what it names; a weight of zero is a refusal. */
function encodedFor({ br, gzip, bytes }: Asset, accepted: unknown): [encoding: string | undefined, body: Buffer] {
  const takes = (coding: string): boolean =>
    String(accepted ?? '')
      .split(',')
      .some((item) => new RegExp(`^\\s*${coding}\\s*(?:$|;(?!\\s*q=0(?:\\.0*)?\\s*$))`, 'i').test(item));
  if (br && takes('br')) return ['br', br];
  return gzip && takes('gzip') ? ['gzip', gzip] : [undefined, bytes];
}
