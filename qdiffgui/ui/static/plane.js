/* Points in a plane: those that were drawn (held out) and, next to them, those of a model. It comes
   after draw.js. */

const LARGEST = 300;

function drawSquare(g, x, y, side, frame, lists, words) {
  const [cx, cy, half] = frame.window;
  for (const [list, color, alpha, dot] of lists) {
    g.fillStyle = css(color);
    g.globalAlpha = alpha;
    list[0].forEach((value, k) => {
      const px = x + ((value - cx) / half / 2 + 0.5) * side,
        py = y + (0.5 - (list[1][k] - cy) / half / 2) * side;
      if (px < x || px > x + side || py < y || py > y + side) return;
      g.beginPath();
      g.arc(px, py, dot, 0, 7);
      g.fill();
    });
    g.globalAlpha = 1;
  }
  g.strokeStyle = css("--qd-line-strong");
  g.lineWidth = 1;
  g.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  text(g, words, x, y - 7);
  const small = { size: 11 };
  text(g, formatNumber(cx - half, 2), x, y + side + 13, small);
  text(g, "x", x + side / 2, y + side + 13, { ...small, align: "center" });
  text(g, formatNumber(cx + half, 2), x + side, y + side + 13, { ...small, align: "right" });
}

/* Both squares, or one without held-out points. Returns the height below ``top``. */
function drawPlane(g, width, frame, truth, top = 0) {
  const held = truth?.plane || null,
    n = held ? 2 : 1,
    gap = 22,
    side = Math.min(LARGEST, (width - gap * (n - 1)) / n),
    y = top + 20;
  const own = [frame.plane, "--qd-model", 0.8, 2];
  if (held)
    drawSquare(g, 0, y, side, frame, [[held, "--qd-real", 0.85, 2]], "drawn points (held out)");
  const words = held ? "generated" : "points";
  const behind = held ? [[held, "--qd-real", 0.25, 1.5]] : [];
  drawSquare(g, held ? side + gap : 0, y, side, frame, [...behind, own], words);
  return 20 + side + 20;
}
