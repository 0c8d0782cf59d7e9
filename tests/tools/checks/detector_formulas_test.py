"""Formulas in what a detector finds: the same whatever their symbols are called, and numbers at counts of them."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "tools" / "models"))

from detector_formulas import at_counts, terms  # noqa: E402

FORMULA = "120020169216 + 13903872*proposals + 3495460864*detections"


class DetectorFormulasTest(unittest.TestCase):
    def test_names_and_order_do_not_matter(self):
        answer = "3495460864*min(joined(n6830), 100) + 13903872*min(joined(n3585), 1000) + 120020169216"
        self.assertEqual(terms(answer), terms(FORMULA))

    def test_coefficients_matter(self):
        self.assertNotEqual(terms("13903872*nms(n1) + 3495460865*nms(n2) + 120020169216"), terms(FORMULA))
        self.assertNotEqual(terms("13903872*nms(n1) + 120020169216"), terms(FORMULA))
        self.assertNotEqual(terms("120020169216"), terms(FORMULA))

    def test_what_is_no_sum_of_counts_is_nothing(self):
        for formula in ("2*nms(n1)*nms(n2) + 5", "5 - 2*nms(n1)", "3..7", "", "max(nms(n1), 2) + 5"):
            self.assertIsNone(terms(formula), formula)

    def test_at_counts(self):
        self.assertEqual(at_counts(FORMULA, "proposals=1000 detections=1"), 120020169216 + 13903872 * 1000 + 3495460864)
        self.assertEqual(at_counts("7", ""), 7)


if __name__ == "__main__":
    unittest.main()
