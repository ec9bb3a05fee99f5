from core.commands import Command as BaseCommand
from inspections.models import QualityFramework, ScrutinyBody
from inspections.reference_data import load_reference_data


class Command(BaseCommand):
    help = "Enters the scrutiny bodies, scales and quality frameworks of the reference. What is there already stays."

    def handle(self, **options):
        load_reference_data()
        bodies = ScrutinyBody.objects.filter(entered_for=None).count()
        self.stdout.write(f"{bodies} scrutiny bodies, {QualityFramework.objects.count()} quality frameworks")
