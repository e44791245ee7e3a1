import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type HclObject, parseHcl } from '@tidelock/hcl';
import { ConfigError } from './config-error';

/** One configuration file. */
export interface ConfigDocument {
  readonly file: string;
  readonly tree: HclObject;
}

/** @throws {ConfigError} naming the file that cannot be read or parsed. */
export function readDocuments(paths: readonly string[]): ConfigDocument[] {
  return paths.flatMap(filesIn).map((file) => ({ file, tree: parse(file, read(file)) }));
}

export function parse(file: string, text: string): HclObject {
  try {
    return parseHcl(text);
  } catch (error) {
    throw new ConfigError(`${file}: ${(error as Error).message}`);
  }
}

function filesIn(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => /\.(?:hcl|json)$/.test(name))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    throw new ConfigError(`${path}: cannot be read: ${(error as Error).message}`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read: ${(error as Error).message}`);
  }
}
