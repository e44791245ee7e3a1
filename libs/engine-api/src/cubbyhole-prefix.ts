/** Where a token's cubbyhole lies in the storage of the cubbyhole mount; it is emptied when the token goes. */
export const cubbyholePrefix = (tokenId: string): string => `${tokenId}/`;
