/**
 * Two questions to a page that many people depend on: has every control a name that can be read out, and is every text that is shown
 * dark or light enough on its ground (WCAG AA)? They are asked of the page as the browser has drawn it.
 */
import type { Page } from 'playwright-core';

/** Controls without a label, and ids that stand for two things; empty where all is well. */
export function findUnnamed(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = [...document.querySelectorAll<HTMLInputElement>('input, select, button, summary, a')];
    const nameOf = (control: HTMLInputElement) =>
      control.getAttribute('aria-label') ?? control.labels?.[0]?.textContent ?? control.textContent ?? '';
    const unnamed = controls.filter((control) => nameOf(control).trim() === '').map((control) => control.outerHTML);
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    return [...unnamed, ...ids.filter((id, index) => ids.indexOf(id) !== index)];
  });
}

/** Texts with a contrast below 4.5, and what it is. What is disabled may be pale. */
export function findPaleTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parse = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const brightness = (color: readonly number[]) => {
      const [red = 0, green = 0, blue = 0] = color.slice(0, 3).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const groundOf = (element: Element | null): number[] => {
      if (element === null) return [255, 255, 255];
      const ground = parse(getComputedStyle(element).backgroundColor);
      return ground[3] === 0 ? groundOf(element.parentElement) : ground;
    };
    const hasText = (element: Element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    const shown = [...document.body.querySelectorAll('*')].filter(
      (element) => hasText(element) && element.checkVisibility() && !element.matches('script, :disabled, option'),
    );
    return shown.flatMap((element) => {
      const text = brightness(parse(getComputedStyle(element).color));
      const ground = brightness(groundOf(element));
      const contrast = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
      return contrast < 4.5 ? [`${contrast.toFixed(2)} ${element.outerHTML.slice(0, 120)}`] : [];
    });
  });
}
