import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

/** A file of the web UI, as browsers are sent it. */
export interface Asset {
  readonly contentType: string;
  /** Strong, RFC 9110 8.8.3: of the bytes before they are compressed. */
  readonly etag: string;
  readonly bytes: Buffer;
  /** Compressed by the build; absent where that gains nothing. */
  readonly br?: Buffer;
  readonly gzip?: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * Everything that a build of the web UI has, by its path below the folder: requests are looked up here, and no path of theirs reaches the disk.
 * What has no known type (the build's own notes) is left out.
 *
 * @returns an empty table where there is no such folder.
 */
export function readAssets(folder: string): ReadonlyMap<string, Asset> {
  const table = new Map<string, Asset>();
  if (!existsSync(folder)) return table;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const contentType = TYPES[extname(entry.name)];
    if (!entry.isFile() || contentType === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    table.set(relative(folder, file).split(sep).join('/'), { contentType, ...readAsset(file) });
  }
  return table;
}

function readAsset(file: string): Omit<Asset, 'contentType'> {
  const bytes = readFileSync(file);
  const compressed = (suffix: string): Buffer | undefined =>
    existsSync(file + suffix) ? readFileSync(file + suffix) : undefined;
  const [br, gzip] = [compressed('.br'), compressed('.gz')];
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { etag, bytes, ...(br && { br }), ...(gzip && { gzip }) };
}
