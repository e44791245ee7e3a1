import { useEffect, useState } from 'react';

/** Milliseconds of this browser's clock, anew every second: for ages and for what is left. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
