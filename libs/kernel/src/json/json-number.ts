/** JSON's grammar of a number (RFC 8259, section 6), as the source of a regular expression. */
export const JSON_NUMBER = '-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?';

const WHOLE = new RegExp(`^${JSON_NUMBER}$`);

/** Whether a text is one JSON number, with nothing around it. */
export const isJsonNumber = (text: string): boolean => WHOLE.test(text) && !text.endsWith('\n');
