/** Builds the page that connects BI tools to tables. */
import { defineConfig } from 'vite';
import { buildPage } from './page-build.js';

export default defineConfig(buildPage('connect', { modulePreload: { polyfill: false } }));
