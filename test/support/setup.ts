/** A test that asserts nothing is a defect: every test must reach at least one expectation. */
import 'reflect-metadata';
import { beforeEach, expect } from '@jest/globals';

beforeEach(() => {
  expect.hasAssertions();
});
