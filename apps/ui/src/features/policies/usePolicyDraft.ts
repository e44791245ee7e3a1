import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { messageOf } from '../../api/errors';
import { useWrite } from '../../session/read';
import { sessionStore } from '../../session/session';
import { flash } from '../../ui/flashes';
import { type Kind, saveRequest } from './kinds';

/** A policy's text while it is written, until it is saved. */
export function usePolicyDraft(kind: Kind, name: string, stored: string) {
  const [text, setText] = useState(stored);
  const [sent, setSent] = useState<string>();
  const isSaved = useRef(false);
  const navigate = useNavigate();
  const write = useWrite(() => {
    isSaved.current = true;
    flash(`The policy ${name} is saved.`);
    void navigate({ to: '/vault/policies/$kind/$name', params: { kind, name: name.toLowerCase() } });
  });
  const request = saveRequest(kind, name, text);
  const save = (): void => {
    if (write.isPending || name === '' || text.trim() === '') return;
    setSent(text);
    write.mutate(request);
  };
  return {
    text,
    setText,
    save,
    request,
    isSaving: write.isPending,
    error: write.error,
    /** Of this very text: what is changed since may be right. */
    refusal: write.error !== null && sent === text ? messageOf(write.error) : undefined,
    /** Not behind the end of the session: nobody could save it, and the page has to go. */
    isUnsaved: () => !isSaved.current && text !== stored && sessionStore.get() !== undefined,
  };
}
