import { useEffect, useState } from 'react';

const SETTLED_MS = 300;

/** A value once it has not changed for a moment: who types is not asked after each letter. */
export function useSettled<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  const [settled, setSettled] = useState({ text, value });
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ text, value: JSON.parse(text) as Value }), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled.value;
}
