/** Shortens texts to what a format can hold, without leaving half of a character behind. */

/** At most `maxLength` UTF-16 units, the unit in which Excel counts; a surrogate pair at the edge goes as a whole. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const last = text.charCodeAt(maxLength - 1);
  const isHalfPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalfPair ? maxLength - 1 : maxLength);
}
