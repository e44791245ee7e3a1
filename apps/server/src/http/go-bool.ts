/** What Go's `strconv.ParseBool` takes for true; clients send `?list=True`. */
export const isGoTrue = (value: unknown): boolean =>
  typeof value === 'string' && /^(?:1|t|T|true|TRUE|True)$/.test(value);
