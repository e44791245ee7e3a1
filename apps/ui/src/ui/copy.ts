/** @throws where the browser allows no clipboard: pages over plain HTTP from elsewhere. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true;
  // All but the dialog that was opened last is inert, and would not be selected.
  const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
  (dialog ?? document.body).append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('This browser does not let the page copy. Select the text and copy it by keyboard.');
}
