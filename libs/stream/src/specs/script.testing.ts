import { silentLogger } from '@tidelock/kernel';
import { Applier, type ApplierParts } from '../apply/applier';
import { sealMessage } from '../domain/envelope';
import { FIRST_DIGEST, type Header, type MessageKind } from '../domain/header';
import { newStreamKey, StreamKeyring } from '../domain/stream-key';
import type { StreamMessage } from '../ports/stream';
import { decodeBody, encodeBody, FakeStore } from './fake-store.testing';
import { KnownReigns, newSigner } from './signing.testing';

export const SET = 'set-1';

/** A primary's stream, written message by message. */
export class Script {
  readonly texts = [newStreamKey(), newStreamKey(1)];
  readonly keys = new StreamKeyring(this.texts.slice(0, 1));
  readonly sent: StreamMessage[] = [];
  signer = newSigner();
  index = 0;
  digest: Buffer = FIRST_DIGEST;
  /** What stands for the messages sent: by default each is a request of its own. */
  signs = true;

  get epoch(): number {
    return this.signer.epoch;
  }

  put(value: string): StreamMessage {
    return this.send('mutation', encodeBody([{ key: 'entry/m/a', value: Buffer.from(value) }]));
  }

  send(kind: MessageKind, body: Buffer, change: Partial<Header> = {}): StreamMessage {
    const prev = this.index++;
    const header: Header = {
      kind,
      set: SET,
      epoch: this.epoch,
      index: this.index,
      prev,
      prevDigest: this.digest,
      time: 5000 + this.index,
      ...change,
    };
    const { bytes, digest } = sealMessage(header, body, this.keys.sealing(this.index), (own) => ({
      ...((kind === 'epoch-started' || kind === 'fence') && { introduction: this.signer.introduce(header) }),
      ...(this.signs && { signature: this.signer.cover('full', own) }),
    }));
    this.digest = digest;
    return this.raw(bytes);
  }

  raw(value: Buffer): StreamMessage {
    const message = { offset: String(this.sent.length), value };
    this.sent.push(message);
    return message;
  }
}

/** A replica of it, in memory. */
export function replica(script = new Script(), more: Partial<Pick<ApplierParts, 'onUnknownKey'>> = {}) {
  const store = new FakeStore();
  store.place = { epoch: 1, index: 0, digest: FIRST_DIGEST, brokerOffset: '' };
  const events: string[] = [];
  const rotated: string[] = [];
  const reigns = new KnownReigns(script.signer);
  reigns.members.clear();
  const applier = new Applier({
    store,
    set: SET,
    stream: 'full',
    reigns,
    keys: script.keys,
    decode: decodeBody,
    clock: { now: () => 9000 },
    logger: silentLogger,
    ...more,
    effect: async ({ header: { kind }, body }, local) => {
      local.put('cluster', { key: kind, value: body });
      return () => {
        if (kind === 'epoch-started') return void events.push(kind);
        rotated.push(body.toString());
        script.keys.replace([...script.texts.slice(0, 1), body.toString()]);
      };
    },
  });
  for (const name of ['gap', 'diverged', 'poison'] as const) applier.on(name, () => events.push(name));
  const refusals: string[] = [];
  applier.on('refused', ({ reason }) => refusals.push(reason));
  return { script, store, applier, events, rotated, reigns, refusals };
}
