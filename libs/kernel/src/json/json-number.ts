const MINUS = 0x2d,
  PLUS = 0x2b,
  POINT = 0x2e,
  ZERO = 0x30,
  NINE = 0x39,
  SMALL_E = 0x65,
  LARGE_E = 0x45;

/**
 * Where the JSON number (RFC 8259, section 6) that begins at `from` ends, as long as it can be; -1 where none begins. Read by hand: a regular
 * expression keeps a place to come back to for each digit, and has no room for those of a body that is all digits.
 */
export function jsonNumberEnd(text: string, from: number): number {
  const first = text.charCodeAt(from) === MINUS ? from + 1 : from;
  const whole = text.charCodeAt(first) === ZERO ? first + 1 : digitsEnd(text, first);
  if (whole === first) return -1;
  const fraction = text.charCodeAt(whole) === POINT ? partEnd(text, whole, whole + 1) : whole;
  const mark = text.charCodeAt(fraction);
  if (mark !== SMALL_E && mark !== LARGE_E) return fraction;
  const sign = text.charCodeAt(fraction + 1);
  return partEnd(text, fraction, sign === MINUS || sign === PLUS ? fraction + 2 : fraction + 1);
}

/** Whether a text is one JSON number, with nothing around it. */
export const isJsonNumber = (text: string): boolean => jsonNumberEnd(text, 0) === text.length;

/** Behind the digits at `digits`; `without` where there are none. */
function partEnd(text: string, without: number, digits: number): number {
  const end = digitsEnd(text, digits);
  return end === digits ? without : end;
}

function digitsEnd(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) at += 1;
  return at;
}
