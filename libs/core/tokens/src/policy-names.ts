/** Policy of wrapping tokens: good for the wrapping calls and nothing else; nobody can ask for it. */
export const WRAPPING_POLICY = 'response-wrapping';
