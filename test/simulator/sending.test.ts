/** Waiting for a client: to the end, or until it has left. */
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { pause, untilGone } from '../../src/simulator/sending.js';

const toResponse = (destroyed = false) => Object.assign(new EventEmitter(), { destroyed }) as unknown as ServerResponse;

describe('pause', () => {
  it('ends as soon as the client goes away, and leaves no listener behind', async () => {
    const response = toResponse();
    const waiting = pause(100_000, response);
    response.emit('close');
    await waiting;
    expect(response.listenerCount('close')).toBe(0);
  });

  it('does not begin for a client that has left', async () => {
    const response = toResponse(true);
    await pause(100_000, response);
    await untilGone(response);
    expect(response.listenerCount('close')).toBe(0);
  });
});
