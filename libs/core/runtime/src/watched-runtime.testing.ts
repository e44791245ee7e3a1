import { silentLogger } from '@tidelock/kernel';
import { TestRuntime } from '@tidelock/core/runtime/testing';
import type { Part } from './part';

export const NOW = Date.UTC(2025, 0, 1);

/** A runtime, what it tells the log, and parts that note when they start and stop. */
export function watchedRuntime() {
  const told: unknown[][] = [];
  const events: string[] = [];
  const tell =
    (level: string) =>
    (...call: unknown[]) =>
      void told.push([level, ...call]);
  const runtime = new TestRuntime(NOW, { ...silentLogger, warn: tell('warn'), error: tell('error') });
  const part = (name: string, more: Partial<Part> = {}): Part => ({
    name,
    start: () => void events.push(`+${name}`),
    stop: () => void events.push(`-${name}`),
    ...more,
  });
  return { runtime, told, events, part };
}
