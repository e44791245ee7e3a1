import { EventEmitter } from 'node:events';

/** Stands in a topic for what no publisher has written. */
export const UNREADABLE: Buffer = Buffer.alloc(0);

export interface MemoryTopic {
  readonly messages: Buffer[];
  /** Offset of `messages[0]`. */
  low: number;
  /** Who published last, and how often publishers have claimed the topic. */
  owner: number;
  claims: number;
}

/** A broker inside the process, for specs and scenarios: topics of one partition, with the faults a broker can have. */
export class MemoryBroker {
  readonly topics = new Map<string, MemoryTopic>();
  readonly changed = new EventEmitter();
  private away = false;

  constructor() {
    this.changed.setMaxListeners(0);
  }

  get down(): boolean {
    return this.away;
  }

  /** While down, nothing can be published or read. */
  set down(down: boolean) {
    this.away = down;
    if (!down) this.changed.emit('change');
  }

  topic(name: string): MemoryTopic {
    if (this.away) throw new Error('the broker is down');
    const topic = this.topics.get(name) ?? { messages: [], low: 0, owner: 0, claims: 0 };
    this.topics.set(name, topic);
    return topic;
  }

  append(name: string, messages: readonly Buffer[]): string {
    const topic = this.topic(name);
    for (const message of messages) topic.messages.push(message === UNREADABLE ? UNREADABLE : Buffer.from(message));
    this.changed.emit('change');
    return String(topic.low + topic.messages.length - 1);
  }

  /** What retention does: forgets everything before `offset`. */
  dropBefore(name: string, offset: number): void {
    const topic = this.topic(name);
    topic.messages.splice(0, offset - topic.low);
    topic.low = offset;
  }
}
