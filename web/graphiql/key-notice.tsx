/**
 * Where the page is given an API key, once the server has asked for one. The key lives in this page alone: it is written into no
 * storage, into no tab, and is gone when the page is closed or loaded again.
 */
import { type KeyboardEvent, useState } from 'react';

/** `OPEN`: nobody has asked. `WANTED`: the server refuses whoever says nothing. `REFUSED`: it does not take this key. `USED`: it does. */
export type KeyState = 'OPEN' | 'WANTED' | 'REFUSED' | 'USED';

const TEXTS: Record<Exclude<KeyState, 'OPEN'>, string> = {
  WANTED: 'This server asks for an API key:',
  REFUSED: 'The server does not accept this key:',
  USED: 'API key in use until this page is closed.',
};

export interface KeyNoticeProps {
  readonly state: KeyState;
  /** Null: no key any more. */
  onKey(key: string | null): void;
}

export function KeyNotice({ state, onKey }: KeyNoticeProps) {
  if (state === 'OPEN') return null;
  return (
    <div className={`key-notice key-notice-${state.toLowerCase()}`} role="status">
      {TEXTS[state]}
      {state === 'USED' ? (
        <button type="button" onClick={() => onKey(null)}>
          Forget it
        </button>
      ) : (
        <KeyInput onKey={onKey} />
      )}
    </div>
  );
}

/** No form: browsers offer to keep what is sent by one. */
function KeyInput({ onKey }: Pick<KeyNoticeProps, 'onKey'>) {
  const [written, setWritten] = useState('');
  const use = () => {
    // Another character could not be sent in a header, and stands in no key.
    if (/^[\x21-\x7e]+$/.test(written.trim())) onKey(written.trim());
  };
  return (
    <>
      <input
        type="password"
        autoComplete="off"
        spellCheck={false}
        aria-label="API key"
        placeholder="kg_…"
        value={written}
        onChange={(event) => setWritten(event.target.value)}
        onKeyDown={(event: KeyboardEvent) => event.key === 'Enter' && use()}
      />
      <button type="button" onClick={use}>
        Use it
      </button>
    </>
  );
}
