import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeWindow, readPlaces, rememberPlace, usualSize } from '../../electron/desktop/window-place.ts'
import type { Display } from '../../electron/desktop/window-place.ts'

const laptop: Display = { id: 1, workArea: { x: 0, y: 30, width: 1280, height: 770 } }
const beside: Display = { id: 2, workArea: { x: 1280, y: 0, width: 1920, height: 1080 } }
const nowhere = readPlaces(undefined)

test('the first time it stands in the middle of the primary display, in its usual size', () => {
  const place = placeWindow(nowhere, [laptop, beside], laptop)
  assert.deepEqual(place, { x: 460, y: 95, ...usualSize })
})

test('each display keeps its own place, and the last one is used as long as it is there', () => {
  const there = { x: 1400, y: 100, width: 400, height: 800 }
  const here = { x: 10, y: 40, width: 330, height: 600 }
  const places = rememberPlace(rememberPlace(nowhere, laptop, here), beside, there)
  assert.deepEqual(placeWindow(places, [laptop, beside], laptop), there)
  assert.deepEqual(placeWindow(places, [laptop], laptop), here)
  assert.deepEqual(placeWindow(readPlaces(JSON.parse(JSON.stringify(places))), [laptop, beside], laptop), there)
})

test('it is always in full sight, and never too small', () => {
  const places = (bounds: object) => readPlaces({ last: 1, byDisplay: { 1: bounds } })
  const place = (bounds: object) => placeWindow(places(bounds), [laptop], laptop)
  assert.deepEqual(place({ x: 5000, y: -5000, width: 400, height: 700 }), { x: 880, y: 30, width: 400, height: 700 })
  assert.deepEqual(place({ x: 0, y: 30, width: 9000, height: 9000 }), { x: 0, y: 30, width: 1280, height: 770 })
  assert.deepEqual(place({ x: 0, y: 30, width: 1, height: 1 }), { x: 0, y: 30, width: 320, height: 480 })
})

test('a display smaller than the window shows its upper left corner', () => {
  const small: Display = { id: 3, workArea: { x: 100, y: 100, width: 200, height: 200 } }
  assert.deepEqual(placeWindow(nowhere, [small], small), { x: 100, y: 100, width: 320, height: 480 })
})

test('whatever the file says, there is a place', () => {
  const nonsense = [null, 7, [], {}, { byDisplay: 3 }, { byDisplay: { 1: { x: '0' } } }, { last: 'x', byDisplay: {} }]
  for (const stored of [...nonsense, { byDisplay: { 1: { x: 1e300, y: 0, width: 1, height: Number.NaN } } }])
    assert.deepEqual(placeWindow(readPlaces(stored), [laptop], laptop), placeWindow(nowhere, [laptop], laptop))
})

test('the number of displays it remembers is bounded, the newest stay', () => {
  let places = nowhere
  for (let id = 0; id < 100; id++) places = rememberPlace(places, { ...laptop, id }, laptop.workArea)
  assert.equal(Object.keys(places.byDisplay).length, 16)
  assert.ok('99' in places.byDisplay)
})
