/** How a file is called where it is saved (RFC 6266): once in ASCII, once in UTF-8. Pure. */

/** `attachment`, so that a browser never shows the file as a page of this server. */
export function toAttachment(fileName: string): string {
  return `attachment; filename="${toAscii(fileName)}"; filename*=UTF-8''${toExtended(fileName)}`;
}

/** For clients that know only this: letters without their marks, `_` for what ASCII lacks or a quoted text cannot hold. */
function toAscii(fileName: string): string {
  const unmarked = fileName.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ı', 'i');
  return unmarked.replace(/[^\x20-\x7e]|["\\%]/gu, '_');
}

/** `encodeURIComponent` leaves four characters that RFC 8187 does not. */
function toExtended(fileName: string): string {
  const toHex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(fileName).replace(/['()*]/g, toHex);
}
