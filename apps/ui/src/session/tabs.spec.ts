import type { Session } from './session';

const session: Session = { token: 't', name: 'n', ttlSeconds: 0, renewable: false, madeHere: false };
interface Word {
  readonly kind: string;
  readonly id?: string;
  readonly session?: Session;
}

/** What this tab hears and says. */
let hear: (data: Word) => void;
let said: Word[];

/** A tab as it is opened, with nobody signed in. */
async function open() {
  jest.resetModules();
  said = [];
  Object.assign(globalThis, {
    addEventListener: () => undefined,
    sessionStorage: { getItem: () => null, setItem: () => undefined, removeItem: () => undefined },
    BroadcastChannel: class {
      postMessage(word: Word): void {
        said.push(word);
      }
      addEventListener(_: string, listener: (event: { data: Word }) => void): void {
        hear = (data) => listener({ data });
      }
    },
  });
  const [tabs, { begin, forget, sessionStore }] = [await import('./tabs'), await import('./session')];
  return { tabs, begin, forget, id: said[0]?.id as string, token: () => sessionStore.get()?.token };
}

describe('a tab that nobody is signed in at', () => {
  const { BroadcastChannel: original } = globalThis;
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => {
    jest.useRealTimers();
    globalThis.BroadcastChannel = original;
  });

  it('takes over what it has asked for', async () => {
    const { tabs, id, token } = await open();
    hear({ kind: 'answer', id, session });
    await tabs.askedOthers;
    expect(token()).toBe('t');
  });

  it('takes no answer that another tab has asked for', async () => {
    const { token } = await open();
    hear({ kind: 'answer', id: 'another', session });
    hear({ kind: 'answer', session });
    expect(token()).toBeUndefined();
  });

  it('takes none once it waits no longer', async () => {
    const { tabs, id, token } = await open();
    jest.advanceTimersByTime(200);
    await tabs.askedOthers;
    hear({ kind: 'answer', id, session });
    expect(token()).toBeUndefined();
  });

  it('takes none once it has signed out', async () => {
    const { id, token, begin, forget } = await open();
    begin({ ...session, token: 'own' });
    forget();
    hear({ kind: 'answer', id, session });
    expect(token()).toBeUndefined();
  });

  it('answers with the id that it is asked with', async () => {
    const { begin } = await open();
    hear({ kind: 'ask', id: 'x' });
    begin(session);
    hear({ kind: 'ask', id: 'y' });
    expect(said.slice(1)).toEqual([{ kind: 'answer', id: 'y', session }]);
  });
});
