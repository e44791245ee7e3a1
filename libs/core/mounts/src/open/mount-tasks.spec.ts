import { room } from './noting-engine.testing';

describe("the tasks of a mount's engine", () => {
  const tasksIn = ({ runtime }: Awaited<ReturnType<typeof room>>): string[] =>
    runtime.root.tasks().map(({ path }) => path);

  it('run on each cluster, or where the mount is written, below its accessor', async () => {
    const made = await room();
    const { accessor } = await made.enable('mine', { type: 'notes' });
    await made.runtime.advance(0);
    expect(tasksIn(made)).toEqual([
      `node/unsealed/mounts/${accessor}/each-cluster-task`,
      `node/unsealed/active/mounts/${accessor}/writer-task`,
    ]);
    await made.runtime.advance(60_000);
    expect([...made.notes.runs].sort()).toEqual([
      'each-cluster mine/',
      'each-cluster mine/',
      'writer mine/',
      'writer mine/',
    ]);
  });

  it('of the writer run on a secondary for local mounts alone, and for all once it is promoted', async () => {
    const made = await room();
    const { enable, role, table, runtime, notes } = made;
    role.writesHere = false;
    await enable('shared', { type: 'notes' });
    await enable('own', { type: 'notes', local: true });
    await runtime.advance(0);
    expect(notes.runs.filter((line) => line.startsWith('writer'))).toEqual(['writer own/']);
    role.writesHere = true;
    table.parts.reconsider();
    await runtime.advance(0);
    expect(notes.runs.filter((line) => line.startsWith('writer'))).toEqual(['writer own/', 'writer shared/']);
    role.writesHere = false;
    table.parts.reconsider();
    await runtime.advance(0);
    expect(tasksIn(made).filter((path) => path.endsWith('writer-task'))).toHaveLength(1);
  });

  it('of the writer begin again although the last run of a former term is still under way', async () => {
    const made = await room();
    const { enable, role, table, runtime, notes } = made;
    let finish = (): void => undefined;
    await enable('shared', { type: 'notes' });
    await runtime.advance(0);
    notes.running = new Promise<void>((resolve) => (finish = resolve));
    const advancing = runtime.advance(60_000);
    for (const writesHere of [false, true]) {
      role.writesHere = writesHere;
      table.parts.reconsider();
    }
    finish();
    await advancing;
    await runtime.advance(0);
    expect(tasksIn(made).filter((path) => path.endsWith('writer-task'))).toHaveLength(1);
    expect(notes.runs.filter((line) => line.startsWith('writer'))).toHaveLength(3);
  });

  it('of the writer hear when another cluster writes the mount, which stays open', async () => {
    const made = await room();
    const { enable, role, table, runtime, notes, state } = made;
    await enable('shared', { type: 'notes' });
    await runtime.advance(0);
    role.writesHere = false;
    table.parts.reconsider();
    await runtime.advance(0);
    const { at } = await state('shared/');
    expect([notes.signals['writer']?.aborted, notes.signals['each-cluster']?.aborted, at.signal.aborted]).toEqual([
      true,
      false,
      false,
    ]);
    await runtime.root.end();
    expect([notes.signals['each-cluster']?.aborted, at.signal.aborted]).toEqual([true, true]);
  });

  it('end with the mount', async () => {
    const made = await room();
    await made.enable('mine', { type: 'notes' });
    await made.runtime.advance(0);
    await made.run((scope) => made.admin.disable(scope, 'secret', 'mine'));
    await made.runtime.advance(0);
    expect(tasksIn(made)).toEqual([]);
  });
});
