import { EnginePart, type EngineResponse, OnPath, TaskService, type TaskStatus } from '@tidelock/engine-api';
import { rfc3339 } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';

/** `sys/internal/tasks`, which Vault has not: what runs by itself on this node, and how that went. */
@EnginePart(SystemEngine)
export class TasksPaths {
  constructor(private readonly service: TaskService) {}

  @OnPath('read', 'internal/tasks', {
    localOnly: true,
    sudo: true,
    help: 'What runs by itself on this node, when it ran last, and how that went.',
  })
  async read(): Promise<EngineResponse> {
    return { data: { tasks: this.service.tasks().map(answerOf) } };
  }
}

const answerOf = ({ path, running, runs, failures, lastRun, lastDurationMs, lastError, nextInMs }: TaskStatus) => ({
  path,
  running,
  runs,
  failures,
  last_run: lastRun === undefined ? '' : rfc3339(lastRun),
  last_duration_ms: lastDurationMs ?? null,
  last_error: lastError ?? '',
  next_run_in_ms: nextInMs === undefined ? null : Math.ceil(nextInMs),
});
