import { describe, expect, it } from '@jest/globals';
import { toAnswerKey, toCredentialKey } from '../../src/keepnet/answer-key.js';

const question = {
  credential: toCredentialKey({ baseUrl: 'https://keepnet.example', clientId: 'one' }),
  companyId: 'aaaaaaaa',
  operation: 'POST target-users/search',
  request: { path: '/api/target-users/search', body: '{"email":"ada@customer.example"}' },
};

describe('the key of an answer', () => {
  it('is the same for the same question, and short', () => {
    expect(toAnswerKey(question)).toBe(toAnswerKey(structuredClone(question)));
    expect(toAnswerKey(question)).toMatch(/^[\w-]{43}$/);
  });

  it('is another for every other credential, company, operation, path and body', () => {
    const { request } = question;
    const others = [
      question,
      { ...question, credential: toCredentialKey({ baseUrl: 'https://keepnet.example', clientId: 'two' }) },
      { ...question, credential: toCredentialKey({ baseUrl: 'https://other.example', clientId: 'one' }) },
      { ...question, companyId: 'bbbbbbbb' },
      { ...question, companyId: null },
      { ...question, companyId: 'null' },
      { ...question, operation: 'GET target-users/search' },
      { ...question, request: { ...request, path: '/api/target-users/search/2' } },
      { ...question, request: { ...request, body: '{"email":"ada@customer.exampl"}' } },
      { ...question, request: { ...request, body: '' } },
      { ...question, request: { path: request.path } },
    ];
    expect(new Set(others.map((one) => toAnswerKey(one))).size).toBe(others.length);
  });

  it('keeps its parts apart, whatever characters they hold', () => {
    const parts = (companyId: string, operation: string) => toAnswerKey({ ...question, companyId, operation });
    expect(parts('ab', 'c')).not.toBe(parts('a', 'bc'));
    expect(parts('a","b', 'c')).not.toBe(parts('a', 'b","c'));
    expect(toCredentialKey({ baseUrl: 'a,b', clientId: 'c' })).not.toBe(
      toCredentialKey({ baseUrl: 'a', clientId: 'b,c' }),
    );
  });
});
