/** Whether a client can read what is compressed, by its header `accept-encoding`. Pure. */

/** `gzip, br;q=0` names br only to refuse it. */
export function acceptsEncoding(header: string, encoding: string): boolean {
  return header.split(',').some((part) => {
    const [name, quality = 'q=1'] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    return name === encoding && Number(quality.slice('q='.length)) > 0;
  });
}
