import { begin, type Ending, forget, isOver, onEnd, type Session, sessionStore } from './session';

/** What tabs of one browser tell each other; nobody but pages of the same origin hears it, and nothing of it is stored. */
type Word =
  | { readonly kind: 'ask'; readonly id: string }
  | { readonly kind: 'answer'; readonly id: string; readonly session: Session }
  | { readonly kind: 'renewed'; readonly session: Session }
  | { readonly kind: 'end'; readonly token: string; readonly why: Ending | undefined }
  | { readonly kind: 'input' };

const others = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('tidelock');
const tell = (word: Word): void => others?.postMessage(word);

/** A tab that answers does so at once. */
const PATIENCE_MS = 100;

/** Somebody has pressed a key, or clicked, in one of the tabs. */
let lastInput = Date.now();
let toldInput = 0;
/** Told so often at most. */
const INPUT_MS = 5000;

export const idleMs = (now: number): number => now - lastInput;

/** A renewed session is everybody's who has the same token. */
export function renew(session: Session): void {
  begin(session);
  tell({ kind: 'renewed', session });
}

/** What this tab has asked, until it is answered or waits no longer. An answer to another tab is not for it. */
let question: string | undefined;
let close: () => void = () => undefined;
/** Resolves once another tab has handed its session over, or none has for a moment. */
export const askedOthers: Promise<void> = new Promise((resolve) => {
  close = (): void => {
    question = undefined;
    resolve();
  };
  if (others === undefined || sessionStore.get() !== undefined) return close();
  question = crypto.getRandomValues(new Uint32Array(4)).join('-');
  tell({ kind: 'ask', id: question });
  setTimeout(close, PATIENCE_MS);
});

others?.addEventListener('message', ({ data }: MessageEvent<Word>) => hear(data));

/** The session ends in all tabs that have the same token. */
let isTold = false;
onEnd(({ token }, why) => {
  close();
  if (!isTold) tell({ kind: 'end', token, why });
});

for (const event of ['keydown', 'pointerdown'] as const)
  addEventListener(
    event,
    () => {
      lastInput = Date.now();
      if (lastInput - toldInput < INPUT_MS) return;
      toldInput = lastInput;
      tell({ kind: 'input' });
    },
    { passive: true, capture: true },
  );

function hear(word: Word): void {
  switch (word.kind) {
    case 'ask':
      return answer(word.id);
    case 'answer':
      return takeOver(word);
    case 'renewed':
      if (isOurs(word.session.token)) begin(word.session);
      return;
    case 'end':
      return endWith(word);
    case 'input':
      lastInput = Date.now();
  }
}

const isOurs = (token: string): boolean => sessionStore.get()?.token === token;

function answer(id: string): void {
  const session = sessionStore.get();
  if (session !== undefined) tell({ kind: 'answer', id, session });
}

function takeOver({ id, session }: Extract<Word, { kind: 'answer' }>): void {
  if (question === undefined || id !== question) return;
  if (sessionStore.get() === undefined && !isOver(session)) begin(session);
  close();
}

function endWith({ token, why = 'elsewhere' }: Extract<Word, { kind: 'end' }>): void {
  if (!isOurs(token)) return;
  isTold = true;
  forget(why);
  isTold = false;
}
