/**
 * The token behind what `sys/generate-root` tells: base64 of the token XOR the one-time password. Here, so that neither goes anywhere.
 *
 * @throws {Error} in words for people.
 */
export function decodeToken(encoded: string, otp: string): string {
  const sealed = bytesIn(encoded.trim());
  const pad = new TextEncoder().encode(otp.trim());
  if (sealed.length === 0) throw new Error('There is no encoded token.');
  if (sealed.length !== pad.length)
    throw new Error(
      `The one-time password has ${pad.length} bytes, the encoded token ${sealed.length}: they are not of one attempt.`,
    );
  return new TextDecoder().decode(sealed.map((byte, at) => byte ^ (pad[at] as number)));
}

function bytesIn(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    throw new Error('The encoded token is not base64: copy it whole.');
  }
}
