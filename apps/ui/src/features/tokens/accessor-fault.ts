/** As tokens begin, today's and former ones. */
const TOKEN = /^(hv[sbr]|[sbr])\./;

/** An accessor stands in the address, and so in the history: a token must not. @returns in words, where one was given. */
export const accessorFault = (text: string): string | undefined =>
  TOKEN.test(text.trim()) ? 'This is a token, not an accessor. Use “Look up by token”.' : undefined;
