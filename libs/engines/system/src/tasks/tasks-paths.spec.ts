import { TaskService, type TaskStatus } from '@tidelock/engine-api';
import { TasksPaths } from './tasks.paths';

it('sys/internal/tasks tells of each task, whether it ran already or not', async () => {
  const ran: TaskStatus = {
    path: 'node/a/b',
    running: true,
    runs: 3,
    failures: 1,
    lastRun: Date.UTC(2025, 0, 1),
    lastDurationMs: 1.5,
    lastError: 'away',
    nextInMs: 99.2,
  };
  const waits: TaskStatus = {
    path: 'node/a/c',
    running: false,
    runs: 0,
    failures: 0,
    lastRun: undefined,
    lastDurationMs: undefined,
    lastError: undefined,
    nextInMs: undefined,
  };
  class Tasks extends TaskService {
    override tasks = () => [ran, waits];
  }
  expect(await new TasksPaths(new Tasks()).read()).toEqual({
    data: {
      tasks: [
        {
          path: 'node/a/b',
          running: true,
          runs: 3,
          failures: 1,
          last_run: '2025-01-01T00:00:00.000000000Z',
          last_duration_ms: 1.5,
          last_error: 'away',
          next_run_in_ms: 100,
        },
        {
          path: 'node/a/c',
          running: false,
          runs: 0,
          failures: 0,
          last_run: '',
          last_duration_ms: null,
          last_error: '',
          next_run_in_ms: null,
        },
      ],
    },
  });
});
