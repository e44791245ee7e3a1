import { createHash, randomBytes } from 'node:crypto';
import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  IntField,
  OnPath,
  StringField,
} from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';

class RandomBody {
  @IntField({ description: 'How many bytes.' })
  bytes = 32;

  @StringField({ description: 'base64 or hex.' })
  format = 'base64';

  @StringField({ description: 'platform, seal or all.' })
  source?: string;
}

class HashBody {
  @StringField({ description: 'What is hashed, in base64.' })
  input = '';

  @StringField({ description: 'sha2-224, sha2-256, sha2-384, sha2-512, or the same of sha3.' })
  algorithm = 'sha2-256';

  @StringField({ description: 'hex or base64.' })
  format = 'hex';
}

/** As in Vault: an answer stays small. */
const MOST_BYTES = 128 * 1024;
const SOURCES = ['platform', 'seal', 'all'];
const NO_SEAL_SOURCE = 'no seal/entropy augmentation available, using platform entropy source';

const SIZES = ['224', '256', '384', '512'];
const ALGORITHMS: ReadonlyMap<string, string> = new Map(
  SIZES.flatMap((size) => [
    [`sha2-${size}`, `sha${size}`],
    [`sha3-${size}`, `sha3-${size}`],
  ]),
);

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const RANDOM = { localOnly: true, body: RandomBody, help: 'Makes random bytes.' } as const;
const HASH = { localOnly: true, body: HashBody, help: 'Hashes what is sent.' } as const;

/** `sys/tools` (API page "/sys/tools"): random bytes and hashes, made where they are asked for. */
@EnginePart(SystemEngine)
export class ToolsPaths {
  @OnPath('update', 'tools/random/:source/:bytes', RANDOM)
  @OnPath('update', 'tools/random/:source', RANDOM)
  @OnPath('update', 'tools/random', RANDOM)
  async random({ body, params }: EngineRequest<RandomBody>): Promise<EngineResponse> {
    const { source, bytes } = orderedIn(body, params);
    if (bytes < 1) throw badRequest('"bytes" cannot be less than 1');
    if (bytes > MOST_BYTES) throw badRequest(`"bytes" should be less than ${MOST_BYTES}`);
    const { format } = body;
    if (!isFormat(format)) throw badRequest(`unsupported encoding format "${format}"; must be "hex" or "base64"`);
    if (!SOURCES.includes(source))
      throw badRequest(`unsupported entropy source "${source}"; must be "platform" or "seal", or "all"`);
    return {
      data: { random_bytes: randomBytes(bytes).toString(format) },
      ...(source === 'seal' && { warnings: [NO_SEAL_SOURCE] }),
    };
  }

  @OnPath('update', 'tools/hash/:algorithm', HASH)
  @OnPath('update', 'tools/hash', HASH)
  async hash({ body, params }: EngineRequest<HashBody>): Promise<EngineResponse> {
    const { input, format } = body;
    // Go, and with it Vault, passes over line breaks.
    const text = input.replace(/[\r\n]/g, '');
    if (text.length % 4 !== 0 || !BASE64.test(text))
      throw badRequest('unable to decode input as base64: illegal base64 data');
    if (!isFormat(format)) throw badRequest(`unsupported encoding format ${format}; must be "hex" or "base64"`);
    const name = params['algorithm'] ?? body.algorithm;
    const algorithm = ALGORITHMS.get(name);
    if (algorithm === undefined) throw badRequest(`unsupported algorithm ${name}`);
    return { data: { sum: createHash(algorithm).update(text, 'base64').digest(format) } };
  }
}

/** A policy can bound both in the path. What stands alone there is a source, or else a number of bytes. */
function orderedIn(body: RandomBody, { source, bytes }: EngineRequest['params']): { source: string; bytes: number } {
  if (bytes !== undefined) return { source: source ?? '', bytes: countIn(bytes) };
  if (source === undefined) return { source: body.source || 'platform', bytes: body.bytes };
  return SOURCES.includes(source)
    ? { source, bytes: body.bytes }
    : { source: body.source || 'platform', bytes: countIn(source) };
}

function countIn(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`error parsing url-set byte count: "${text}" is not a whole number`);
  return Number(text);
}

const isFormat = (format: string): format is 'hex' | 'base64' => format === 'hex' || format === 'base64';
